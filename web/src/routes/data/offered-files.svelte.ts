/** Files dropped on another page, on their way to the import of the data page. */
let offered = $state.raw<File[]>([]);

export function offerFiles(files: File[]): void {
  offered = files;
}

/** The files that wait, once. */
export function takeOfferedFiles(): File[] {
  const files = offered;
  if (files.length > 0) offered = [];
  return files;
}
