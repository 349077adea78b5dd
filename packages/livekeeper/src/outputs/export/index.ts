export { type Export, Exporter } from "./exporter.ts";
export { csvReaders, exportFormats, exportTables, isSubtitles } from "./format.ts";
export { ownMark } from "./subtitles.ts";
