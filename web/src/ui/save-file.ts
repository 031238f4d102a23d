/** Hands a file to the visitor's browser to save. */
export function saveFile(name: string, parts: BlobPart[], type: string): void {
  saveBlob(name, new Blob(parts, { type }));
}

/** The same with a file that is made already. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read the address only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
