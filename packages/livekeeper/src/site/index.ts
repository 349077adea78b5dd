export { DriftBook } from "./drift-book.ts";
export { problemsText, readProfile } from "./profile-file.ts";
export { type SiteFileState, SiteFiles } from "./site-files.ts";
