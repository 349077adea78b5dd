import { cutText, eventBounds } from "../events/bounds.ts";
import { typedMethods } from "../events/mappers.ts";
import type { SiteProfile } from "../site-profile/index.ts";
import type { DriftListener } from "../upstream.ts";
import { type Reader, readerOf, WireError } from "../wire/index.ts";

/** One of this many messages has its field numbers checked: a field that has been added shows in many messages. */
export const checkedEvery = 16;

/** Field numbers of a kind that are known: all up to `max`, and `others`. */
interface KnownFields {
	readonly max: number;
	readonly others: ReadonlySet<number>;
}

/** Watches decoded messages for kinds and fields that the site profile does not know. */
export class MessageWatch {
	readonly #profileNow: () => SiteProfile;
	readonly #drift: DriftListener;
	#profile: SiteProfile | undefined;
	#methods: ReadonlySet<string> = new Set();
	#fields: ReadonlyMap<string, KnownFields> = new Map();
	#count = 0;

	constructor(profile: () => SiteProfile, drift: DriftListener) {
		this.#profileNow = profile;
		this.#drift = drift;
	}

	/** Called for each decoded message. @param isRaw whether its event has no type */
	saw(method: string, payload: Uint8Array | Reader, isRaw: boolean): void {
		if (isRaw) this.#sawRaw(method, payload);
		else if (++this.#count >= checkedEvery) {
			this.#count = 0;
			this.#checkFields(method, payload);
		}
	}

	/** Called for a message that would not decode. */
	undecodable(method: string, payload: Uint8Array | Reader): void {
		this.#drift({ kind: "message", name: nameOf(method), sample: bytesOf(payload) });
	}

	/** Called for a frame, or an answer of `im/fetch`, that would not decode. */
	undecodableFrame(from: "push" | "fetch", bytes: Uint8Array): void {
		this.#drift({ kind: "frame", name: from, sample: bytes });
	}

	#sawRaw(method: string, payload: Uint8Array | Reader): void {
		this.#refresh();
		if (this.#methods.has(method)) return;
		this.#drift({ kind: "method", name: nameOf(method), sample: bytesOf(payload) });
	}

	#checkFields(method: string, payload: Uint8Array | Reader): void {
		this.#refresh();
		const known = this.#fields.get(method);
		if (!known) return;
		for (const field of fieldsAbove(payload, known)) {
			this.#drift({ kind: "field", name: `${method}#${field}`, sample: bytesOf(payload) });
		}
	}

	#refresh(): void {
		const profile = this.#profileNow();
		if (profile === this.#profile) return;
		this.#profile = profile;
		this.#methods = new Set([...typedMethods, ...profile.known_methods]);
		this.#fields = new Map(
			Object.entries(profile.known_fields).map(([method, [max = 0, ...others]]) => [
				method,
				{ max, others: new Set(others) },
			]),
		);
	}
}

/** Maximum number of a message's fields that are looked at. */
const maxFields = 200;

/** Returns the numbers of a message's own fields that are not known. */
function fieldsAbove(payload: Uint8Array | Reader, { max, others }: KnownFields): Set<number> {
	const found = new Set<number>();
	const reader = readerOf(payload);
	const { bytes, end } = reader;
	let pos = reader.start;
	try {
		for (let left = maxFields; pos < end && left > 0; left--) {
			let tag = bytes[pos++] as number;
			if (tag > 0x7f) {
				tag = reader.longTag(tag, pos);
				pos = reader.pos;
			}
			const field = tag >>> 3;
			if (field > max && !others.has(field)) found.add(field);
			pos = reader.skip(tag, pos, end);
		}
	} catch (error) {
		if (!(error instanceof WireError)) throw error;
	}
	return found;
}

const nameOf = (method: string): string => cutText(method, eventBounds.name);

function bytesOf(payload: Uint8Array | Reader): Uint8Array {
	return payload instanceof Uint8Array ? payload : payload.whole();
}
