import type { Clock } from "@livekeeper/douyin";
import {
	HeldKeyValues,
	type KeyValueStores,
	type KeyValues,
	type Registries,
	registriesIn,
	type SecretBox,
	SqliteKeyValues,
} from "../../storage/index.ts";
import type { ReopeningStore } from "./reopening-store.ts";

/** The folder's stores other than events. */
export interface FolderStores extends Registries {
	readonly targets: KeyValues;
	/** Drops cached values, because the store's files may have been replaced. */
	forget(): void;
}

/** @param box seals cookies and proxies */
export function storesOf(store: ReopeningStore, box: SecretBox, clock: Clock): FolderStores {
	const callOf =
		(which: keyof KeyValueStores): ConstructorParameters<typeof SqliteKeyValues>[0] =>
		(method, ...args) =>
			store.write("keyValues", which, method, args) as never;
	const settings = new HeldKeyValues(callOf("settings"));
	// Dead letters are not cached: there can be ten thousand per target, and they are seldom read.
	const targets = new HeldKeyValues(callOf("targets"), "letter.");
	// Not cached, because the store's own thread writes notes as well.
	const notes = new SqliteKeyValues(callOf("notes"));
	const forget = () => {
		settings.forget();
		targets.forget();
	};
	return { ...registriesIn({ settings, notes }, box, clock), targets, forget };
}
