export { builtInProfile } from "./built-in.ts";
export {
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
