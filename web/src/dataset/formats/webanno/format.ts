/** The first line of every file: name and version. */
export const WEBANNO_FORMAT = /^#FORMAT=WebAnno TSV (\d+)\.(\d+)\s*$/;
