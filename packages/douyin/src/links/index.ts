export {
	type AsideReason,
	type LinkProblem,
	maxLinks,
	type PastedLink,
	readLinks,
	type UsableLink,
} from "./read-links.ts";
export { type ResolvedLink, resolveLink } from "./resolve-link.ts";
