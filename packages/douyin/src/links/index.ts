export { type LinkProblem, mostLinks, type PastedLink, readLinks } from "./read-links.ts";
export { type ResolvedLink, resolveLink } from "./resolve-link.ts";
