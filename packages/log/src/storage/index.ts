export { ChangeFollower } from "./change-follower.ts";
export { HeldKeyValues } from "./held-key-values.ts";
export type { IdentityRegistry, IdentitySecrets, LoadedIdentity } from "./identity-registry.ts";
export { KeyValueTable, keyValueSchema } from "./key-value-table.ts";
export { Conflict, type Entry, KeyChanges, type KeyValues } from "./key-values.ts";
export { type Notes, noteNamesIn, notesIn } from "./notes.ts";
export { encode, inOrder, placed } from "./ordered-values.ts";
export type {
	OverlayTest,
	OverlayTokenChange,
	OverlayTokenRegistry,
	StoredOverlayToken,
} from "./overlay-token-registry.ts";
export { type PairingStore, pairingInMemory, type StoredPairing, sharedPairing } from "./pairing-store.ts";
export { type KeyValueStores, type Registries, registriesIn } from "./registries.ts";
export { keptIn, type LoadedRoom } from "./room-registry.ts";
export { checkOf, type KeyFile, keyFileOf, openSecretBox, type SecretBox } from "./secret-box.ts";
export type { SoundRegistry, StoredSound } from "./sound-registry.ts";
export { SqliteKeyValues, type TableCall } from "./sqlite-key-values.ts";
export { nameOf, tokenOf } from "./token.ts";
