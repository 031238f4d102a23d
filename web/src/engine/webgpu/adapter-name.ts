/** Names as their makers write them; browsers give them in lower case. */
const VENDORS: Record<string, string> = { amd: 'AMD', apple: 'Apple', arm: 'Arm', google: 'Google', intel: 'Intel', nvidia: 'NVIDIA', qualcomm: 'Qualcomm', samsung: 'Samsung' };

/** An adapter for people: the browser's own description where it gives one, else vendor and architecture ("NVIDIA ampere"). */
export function adapterName(info: Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'>): string {
  if (info.description) return info.description;
  const words = [VENDORS[info.vendor.toLowerCase()] ?? info.vendor, info.architecture || info.device].filter((word) => word !== '');
  return words.length > 0 ? words.join(' ') : 'GPU';
}
