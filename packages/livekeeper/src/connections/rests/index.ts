export {
	type IdentityRest,
	IdentityRests,
	type IdentityRestsOptions,
	type KeptRests,
	type RestsView,
} from "./identity-rests.ts";
