import { HeldKeyValues, type KeyValueStores } from "../../storage/index.ts";
import type { ReopeningStore } from "./reopening-store.ts";

/** The folder's stores other than events. */
export interface FolderStores extends KeyValueStores {
	/** Drops cached values, because the store's files may have been replaced. */
	forget(): void;
}

export function storesOf(store: ReopeningStore): FolderStores {
	const held = (which: keyof KeyValueStores, bare?: string) =>
		new HeldKeyValues((method, ...args) => store.write("keyValues", which, method, args) as never, bare);
	const stores = {
		settings: held("settings"),
		// Files of sounds are large.
		notes: held("notes", "sound."),
		// There can be ten thousand dead letters per target, and they are seldom read.
		targets: held("targets", "letter."),
	};
	return { ...stores, forget: () => Object.values(stores).forEach((one) => void one.forget()) };
}
