import type { Clock } from "@livekeeper/douyin";
import {
	type Registries,
	type RegistryStores,
	registriesIn,
	type SecretBox,
	SqliteKeyValues,
} from "../../storage/index.ts";
import type { ReopeningStore } from "./reopening-store.ts";

/** What the folder holds beside events. @param box seals cookies and proxies */
export function registriesOf(store: ReopeningStore, box: SecretBox, clock: Clock): Registries {
	const keyValues = (which: keyof RegistryStores) =>
		new SqliteKeyValues((method, ...args) => store.write("keyValues", which, method, args) as never);
	return registriesIn({ wishes: keyValues("wishes"), notes: keyValues("notes") }, box, clock);
}
