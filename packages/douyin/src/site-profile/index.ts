export { builtInProfile } from "./built-in.ts";
export {
	type CallValues,
	callValues,
	encodeQuery,
	filled,
	type ProfileWay,
	type QueryField,
	queryOf,
	type SiteCall,
	type SiteProfile,
	siteCalls,
} from "./site-profile.ts";
