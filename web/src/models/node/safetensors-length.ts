import { open } from 'node:fs/promises';

/** Bytes that a safetensors file must have by its own header; undefined where it has no readable one. Reads the header only. */
export async function readSafetensorsLength(file: string): Promise<number | undefined> {
  const handle = await open(file);
  try {
    const start = Buffer.alloc(8);
    if ((await handle.read(start, 0, 8, 0)).bytesRead < 8) return undefined;
    const headerLength = Number(start.readBigUInt64LE());
    if (headerLength < 2 || headerLength > 100_000_000) return undefined;
    const header = Buffer.alloc(headerLength);
    await handle.read(header, 0, headerLength, 8);
    const tensors = Object.values(JSON.parse(header.toString('utf8')) as Record<string, { data_offsets?: [number, number] }>);
    return 8 + headerLength + tensors.reduce((end, tensor) => Math.max(end, tensor.data_offsets?.[1] ?? 0), 0);
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}
