import { changed, type Change } from '../dataset/change.ts';
import { countBelow } from '../storage/blocks.ts';
import type { DocumentRecord } from '../storage/schema.ts';

/** Where in the list the document at a place is; −1 where there is none. Places rise. */
export function indexOfPosition(documents: readonly DocumentRecord[], position: number): number {
  const index = countBelow(documents.length, (at) => documents[at]!.position, position);
  return documents[index]?.position === position ? index : -1;
}

/** The documents after a change. */
export function showChange(dataset: string, documents: readonly DocumentRecord[], change: Pick<Change, 'documents'>): DocumentRecord[] {
  const edits = change.documents.map((edit) => {
    const index = indexOfPosition(documents, edit.position);
    return { position: edit.position, index, document: changed(documents[index]?.document, edit) };
  });
  return place(dataset, documents, edits);
}

/** The documents after those at some places were read again; where nothing was read there is none any more. */
export function showRead(dataset: string, documents: readonly DocumentRecord[], positions: readonly number[], read: readonly DocumentRecord[]): DocumentRecord[] {
  const found = new Map(read.map(({ position, document }) => [position, document]));
  return place(dataset, documents, positions.map((position) => ({ position, index: indexOfPosition(documents, position), document: found.get(position) })));
}

interface Edit {
  position: number;
  index: number;
  document: DocumentRecord['document'] | undefined;
}

function place(dataset: string, documents: readonly DocumentRecord[], edits: readonly Edit[]): DocumentRecord[] {
  const result = documents.slice();
  const removed = new Set<number>();
  const added: DocumentRecord[] = [];
  for (const { position, index, document } of edits) {
    if (index >= 0 && document) result[index] = { dataset, position, document };
    else if (index >= 0) removed.add(position);
    else if (document) added.push({ dataset, position, document });
  }
  const kept = removed.size > 0 ? result.filter(({ position }) => !removed.has(position)) : result;
  return added.length > 0 ? [...kept, ...added].sort((a, b) => a.position - b.position) : kept;
}
