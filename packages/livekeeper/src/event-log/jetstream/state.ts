import type { Entry, KeyValues } from "../../storage/index.ts";
import { tokenOf } from "../../storage/index.ts";
import type { Notes } from "../notes.ts";
import type { OverlayTokenRegistry, StoredOverlayToken } from "../overlay-token-registry.ts";
import type { IdentityRow, IdentityStore } from "../sealed-identity-registry.ts";
import type { WantedRow, WantedStore } from "../sealed-room-registry.ts";
import type { Guard } from "./guard.ts";
import type { StateBucket } from "./state-bucket.ts";

/** What every value has: its place in the order in which keys were first written. */
interface Ordered {
	/** The revision with which the key was first written; absent in that revision itself. */
	first?: number;
}

/** Bytes as JSON can hold them. */
type Packed<T> = { [Key in keyof T]: T[Key] extends Uint8Array ? string : T[Key] };

/** The rooms that are wanted, under `wanted.<room>`. */
export function wantedStore(bucket: StateBucket, guard: Guard): WantedStore {
	const keyOf = (liveId: string) => `wanted.${tokenOf(liveId)}`;
	return {
		wanted: () =>
			guard(async () =>
				inOrder<Packed<WantedRow>>(await bucket.list("wanted.>")).map((row) => ({
					...row,
					options: unpack(row.options),
				})),
			),
		want: (row) =>
			guard(() =>
				bucket.change(keyOf(row.liveId), (entry) => {
					const { addedAt } = entry ? parse<WantedRow>(entry) : row;
					return ordered(entry, { ...row, addedAt, options: pack(row.options) });
				}),
			),
		unwant: (liveId) => guard(() => bucket.remove(keyOf(liveId))),
	};
}

/** Identities that rooms share, under `identity.<name>`. */
export function identityStore(bucket: StateBucket, guard: Guard): IdentityStore {
	const keyOf = (name: string) => `identity.${tokenOf(name)}`;
	return {
		identities: () =>
			guard(async () =>
				inOrder<Packed<IdentityRow>>(await bucket.list("identity.>")).map((row) => ({
					...row,
					secrets: unpack(row.secrets),
				})),
			),
		putIdentity: (row) =>
			guard(() =>
				bucket.change(keyOf(row.name), (entry) => {
					const { addedAt } = entry ? parse<IdentityRow>(entry) : row;
					return ordered(entry, { ...row, addedAt, secrets: pack(row.secrets) });
				}),
			),
		removeIdentity: (name) => guard(() => bucket.remove(keyOf(name))),
	};
}

/** Overlay tokens, under `token.<id>`. */
export function overlayTokens(bucket: StateBucket, guard: Guard, watch: KeyValues["watch"]): OverlayTokenRegistry {
	const keyOf = (id: string) => `token.${tokenOf(id)}`;
	return {
		load: () =>
			guard(async () =>
				inOrder<Packed<StoredOverlayToken>>(await bucket.list("token.>")).map(({ hash, ...token }) => ({
					...token,
					hash: unpack(hash),
				})),
			),
		add: (token) =>
			guard(() =>
				bucket.change(keyOf(token.id), (entry) =>
					entry ? undefined : ordered(entry, { ...token, hash: pack(token.hash) }),
				),
			),
		change: (id, change) =>
			guard(() =>
				bucket.change(
					keyOf(id),
					(entry) => entry && ordered(entry, { ...parse<StoredOverlayToken>(entry), ...change }),
				),
			),
		used: (id, lastUsedAt) =>
			guard(() =>
				bucket.change(
					keyOf(id),
					(entry) => entry && ordered(entry, { ...parse<StoredOverlayToken>(entry), lastUsedAt }),
				),
			),
		remove: (id) => guard(() => bucket.remove(keyOf(id))),
		watch: (listener) => watch("token.*", () => listener()),
	};
}

/** What is remembered under a name, under `note.<name>`. */
export function notesOf(bucket: StateBucket, guard: Guard): Notes {
	const keyOf = (name: string) => `note.${tokenOf(name)}`;
	return {
		get: (name) =>
			guard(async () => {
				const entry = await bucket.get(keyOf(name));
				return entry && parse(entry);
			}),
		async put(name, value) {
			const json: string | undefined = JSON.stringify(value);
			if (json === undefined) throw new TypeError(`The note ${name} can't become JSON.`);
			await guard(() => bucket.put(keyOf(name), Buffer.from(json)));
		},
		async remove(name) {
			await guard(() => bucket.remove(keyOf(name)));
		},
	};
}

/** The rooms that ever said something, under `room.<room>`, in the order of their first batch. */
export class KnownRooms {
	readonly #bucket: StateBucket;

	constructor(bucket: StateBucket) {
		this.#bucket = bucket;
	}

	async add(liveId: string): Promise<void> {
		await this.#bucket.change(`room.${tokenOf(liveId)}`, (entry) => (entry ? undefined : encode({ liveId })));
	}

	async has(liveId: string): Promise<boolean> {
		return (await this.#bucket.get(`room.${tokenOf(liveId)}`)) !== undefined;
	}

	async list(): Promise<string[]> {
		return (await this.#bucket.list("room.>")).map((entry) => parse<{ liveId: string }>(entry).liveId);
	}
}

/** In the order in which the keys were first written, however often they were since. */
function inOrder<T>(entries: readonly Entry[]): T[] {
	return entries
		.map((entry) => ({ first: entry.revision, ...parse<T & Ordered>(entry) }))
		.sort((a, b) => a.first - b.first)
		.map(({ first: _, ...value }) => value as unknown as T);
}

function ordered(entry: Entry | undefined, value: object): Uint8Array {
	return encode(entry ? { ...value, first: parse<Ordered>(entry).first ?? entry.revision } : value);
}

function encode(value: unknown): Uint8Array {
	return Buffer.from(JSON.stringify(value));
}

/** Its own text: it is what this program has written. */
function parse<T>({ value }: Entry): T {
	return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8")) as T;
}

function pack(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64");
}

function unpack(text: string): Uint8Array {
	return Buffer.from(text, "base64");
}
