/*
 * Texts only: importing one loads them all, also in the threads of the event log at their start. Files that load a
 * library for their texts (`issues.ts`) are imported directly, and so are those that other packages' tables are made
 * with: the tables of one language, and units.
 */

export * from "./catalogue.ts";
export { acceptedLanguage, askedLanguage, languageOf, languageOfTag } from "./language.ts";
export { launch } from "./launch.ts";
export { chineseLine, englishLine, type LogLines } from "./log-lines.ts";
export { both, inLanguage, type Language, languages, listed, sentence, type Text, verbatim } from "./text.ts";
