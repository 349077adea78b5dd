import type { Clock } from "@livekeeper/douyin";
import { type IdentityRegistry, identityRegistry } from "./identity-registry.ts";
import type { KeyValues } from "./key-values.ts";
import { type Notes, notesIn } from "./notes.ts";
import { type OverlayTokenRegistry, overlayTokenRegistry } from "./overlay-token-registry.ts";
import { type RoomRegistry, roomRegistry } from "./room-registry.ts";
import type { SecretBox } from "./secret-box.ts";
import { type SoundRegistry, soundRegistry } from "./sound-registry.ts";

/** Persistent state of a service besides events. */
export interface Registries {
	/** Rooms that the user keeps. */
	readonly registry: RoomRegistry;
	/** Identities that rooms share. */
	readonly identities: IdentityRegistry;
	/** Overlay tokens, which permit reading. */
	readonly overlayTokens: OverlayTokenRegistry;
	/** Sound files that overlays play. */
	readonly sounds: SoundRegistry;
	/** Values remembered for the next start. */
	readonly notes: Notes;
}

/** Stores of a service's registries. */
export interface KeyValueStores {
	/** The user's settings: few values, and precious. */
	settings: KeyValues;
	/** Remembered values. */
	notes: KeyValues;
	/** Targets, with their positions in the log. */
	targets: KeyValues;
}

/** @param box seals cookies and proxies */
export function registriesIn(
	{ settings, notes }: Omit<KeyValueStores, "targets">,
	box: SecretBox,
	clock: Clock,
): Registries {
	return {
		registry: roomRegistry(settings, box, clock),
		identities: identityRegistry(settings, box, clock),
		overlayTokens: overlayTokenRegistry(settings),
		// Sounds are large, and the file of the wishes is copied whole after each change.
		sounds: soundRegistry(notes),
		notes: notesIn(notes),
	};
}
