export { DriftBook } from "./drift-book.ts";
export { problemsText, readProfile, type SiteFileState, SiteFiles } from "./site-files.ts";
