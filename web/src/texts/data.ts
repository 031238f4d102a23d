import { enData } from './en-data.ts';

/** Words of the Data page and of what is done with whole data sets. They are apart from the others, so that they come when they are needed. */
export type DataTexts = typeof enData;

export const dataText: DataTexts = enData;
