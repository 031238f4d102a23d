/** All keys of one data set (or model) in a store keyed by `[id, …]`: an array sorts after every number and string. */
export const within = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);
