import { enExport } from './en-export.ts';

/** Words of the Export page. They are apart from the others, so that they come with the page. */
export type ExportTexts = typeof enExport;

export const exportText: ExportTexts = enExport;
