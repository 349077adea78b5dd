export { buildReport } from "./build-report.ts";
export { type Chapter, chapterFormats, chapterTypes, placeIn, writeChapters } from "./chapters.ts";
export { minutesOf, wireHighlights } from "./highlights.ts";
export { reportNotice } from "./report-text.ts";
export { readWords } from "./words.ts";
