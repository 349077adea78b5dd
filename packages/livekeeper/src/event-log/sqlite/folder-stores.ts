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

/** Stores of the folder beside events. */
export interface FolderStores extends Registries {
	readonly targets: KeyValues;
	/** The store's files may be others: what is held of them in memory is read again. */
	forget(): void;
}

/** @param box seals cookies and proxies */
export function storesOf(store: ReopeningStore, box: SecretBox, clock: Clock): FolderStores {
	const callOf =
		(which: keyof KeyValueStores): ConstructorParameters<typeof SqliteKeyValues>[0] =>
		(method, ...args) =>
			store.write("keyValues", which, method, args) as never;
	const wishes = new HeldKeyValues(callOf("wishes"));
	// Dead letters can be ten thousand of each target, and are seldom read.
	const targets = new HeldKeyValues(callOf("targets"), "letter.");
	// The store's own thread writes there as well, so nothing of it is held.
	const notes = new SqliteKeyValues(callOf("notes"));
	const forget = () => {
		wishes.forget();
		targets.forget();
	};
	return { ...registriesIn({ wishes, notes }, box, clock), targets, forget };
}
