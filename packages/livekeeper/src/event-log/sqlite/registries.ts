import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "../event-log.ts";
import { SealedIdentityRegistry } from "../sealed-identity-registry.ts";
import { SealedRoomRegistry } from "../sealed-room-registry.ts";
import type { SecretBox } from "../secret-box.ts";
import { overlayTokenRegistry } from "./overlay-tokens.ts";
import type { ReopeningStore } from "./reopening-store.ts";

/** What the folder holds beside events: wanted rooms, identities, overlay tokens and notes. @param box seals cookies and proxies */
export function registriesOf(
	store: ReopeningStore,
	box: SecretBox,
	clock: Clock,
): Pick<EventLog, "registry" | "identities" | "overlayTokens" | "notes"> {
	return {
		registry: new SealedRoomRegistry(
			{
				wanted: () => store.write("wanted"),
				want: (row) => store.write("want", row),
				unwant: (liveId) => store.write("unwant", liveId),
			},
			box,
			clock,
		),
		identities: new SealedIdentityRegistry(
			{
				identities: () => store.write("identities"),
				putIdentity: (row) => store.write("putIdentity", row),
				removeIdentity: (name) => store.write("removeIdentity", name),
			},
			box,
			clock,
		),
		overlayTokens: overlayTokenRegistry({
			overlayTokens: () => store.write("overlayTokens"),
			addOverlayToken: (row) => store.write("addOverlayToken", row),
			changeOverlayToken: (id, change) => store.write("changeOverlayToken", id, change),
			noteTokenUse: (id, at) => store.write("noteTokenUse", id, at),
			removeOverlayToken: (id) => store.write("removeOverlayToken", id),
		}),
		notes: {
			get: async (name) => {
				const value = await store.read("note", name);
				return value === undefined ? undefined : JSON.parse(value);
			},
			put: async (name, value) => {
				const json: string | undefined = JSON.stringify(value);
				if (json === undefined) throw new TypeError(`The note ${name} can't become JSON.`);
				await store.write("putNote", name, json);
			},
			remove: (name) => store.write("removeNote", name),
		},
	};
}
