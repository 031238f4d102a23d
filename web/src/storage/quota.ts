/** What the browser says of this page's storage. */
export interface Space {
  /** Bytes, as the browser estimates them. */
  usage: number;
  quota: number;
  /** Whether the browser promises not to clear it by itself when the disk fills up. */
  persisted: boolean;
}

/** Null where the browser does not say: outside a secure context. */
export async function measureSpace(): Promise<Space | null> {
  const storage = storageManager();
  if (!storage) return null;
  const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([storage.estimate(), storage.persisted()]);
  return { usage, quota, persisted };
}

/** Asks the browser to keep the data when the disk fills up. Some browsers ask the visitor, so ask after the first real work. */
export async function askToPersist(): Promise<boolean> {
  const storage = storageManager();
  return storage ? (await storage.persisted()) || storage.persist() : false;
}

/** The types say it is always there. */
function storageManager(): StorageManager | undefined {
  return navigator.storage as StorageManager | undefined;
}
