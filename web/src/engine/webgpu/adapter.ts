const vendors: Record<string, string> = { amd: 'AMD', apple: 'Apple', arm: 'Arm', google: 'Google', intel: 'Intel', nvidia: 'NVIDIA', qualcomm: 'Qualcomm', samsung: 'Samsung', mesa: 'Mesa', microsoft: 'Microsoft' };

/** What the browser tells about a GPU, as far as it tells. */
export interface AdapterFacts {
  vendor: string;
  architecture: string;
  description: string;
  device: string;
  isFallbackAdapter?: boolean;
}

/** A name for people, and whether the GPU is only imitated on the CPU. */
export function describeAdapter(info: AdapterFacts): { name: string; software: boolean } {
  const facts = `${info.vendor} ${info.architecture} ${info.description} ${info.device}`.toLowerCase();
  const software = info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/.test(facts);
  if (software) return { name: /swiftshader/.test(facts) ? 'SwiftShader' : info.description || 'software renderer', software };
  if (info.description) return { name: info.description, software };
  const vendor = vendors[info.vendor] ?? capitalise(info.vendor);
  const architecture = info.architecture.split(/[-_]/).map(capitalise).join(' ');
  return { name: `${vendor} ${architecture}`.trim() || 'GPU', software };
}

const capitalise = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
