export {
	type CooldownView,
	type IdentityCooldown,
	IdentityCooldowns,
	type IdentityCooldownsOptions,
	type StoredCooldowns,
} from "./identity-cooldowns.ts";
