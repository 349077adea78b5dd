import type { Clock } from "@livekeeper/douyin";
import { type IdentityRegistry, identityRegistry } from "./identity-registry.ts";
import type { KeyValues } from "./key-values.ts";
import { type Notes, notesIn } from "./notes.ts";
import { type OverlayTokenRegistry, overlayTokenRegistry } from "./overlay-token-registry.ts";
import { type RoomRegistry, roomRegistry } from "./room-registry.ts";
import type { SecretBox } from "./secret-box.ts";

/** What a service keeps beside events. */
export interface Registries {
	/** The rooms that the user wants kept. */
	readonly registry: RoomRegistry;
	/** Identities that rooms share. */
	readonly identities: IdentityRegistry;
	/** Overlay tokens, which permit reading. */
	readonly overlayTokens: OverlayTokenRegistry;
	/** What the service remembers for its next start. */
	readonly notes: Notes;
}

/** Registries of a service, kept under keys. */
export interface KeyValueStores {
	/** What the user wants: few values, and precious. */
	wishes: KeyValues;
	/** What is remembered. */
	notes: KeyValues;
	/** Targets, with their places in the log. */
	targets: KeyValues;
}

/** @param box seals cookies and proxies */
export function registriesIn(
	{ wishes, notes }: Omit<KeyValueStores, "targets">,
	box: SecretBox,
	clock: Clock,
): Registries {
	return {
		registry: roomRegistry(wishes, box, clock),
		identities: identityRegistry(wishes, box, clock),
		overlayTokens: overlayTokenRegistry(wishes),
		notes: notesIn(notes),
	};
}
