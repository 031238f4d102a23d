import type { ModelRecord, RunRecord } from '../../storage/schema.ts';

/** The types that a tagger finds. */
export function typesOf({ labels }: Pick<ModelRecord, 'labels'>): string[] {
  return labels.flatMap((label) => (label.startsWith('B-') ? [label.slice(2)] : []));
}

/** Micro-F1 of the run that made a tagger; null where it is not among these, or nothing was scored. */
export function scoreOf({ id }: Pick<ModelRecord, 'id'>, runs: readonly RunRecord[]): number | null {
  return runs.find((run) => run.id === id)?.result.scores?.micro.f1 ?? null;
}

/** A file name of a tagger's name. */
export function archiveName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').toLowerCase();
  return `${plain || 'tagger'}.zip`;
}
