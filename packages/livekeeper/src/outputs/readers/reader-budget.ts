import { isIPv6 } from "node:net";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { Scope } from "../../live/index.ts";
import { SharedPlaces } from "./shared-places.ts";

/**
 * The party that requests, sessions and readers are counted for: its credential and its origin. A party with a right to
 * be here is never counted together with others, so no crowd of strangers takes the owner's share.
 */
export interface Party {
	/** The owner, an overlay token, a stranger, or a refused client. */
	readonly who: Scope["who"] | "stranger" | "refused";
	/** The client's address; for IPv6 its network. */
	readonly network: string;
}

export function partyOf(who: Party["who"], address: string): Party {
	return { who, network: networkOf(address) };
}

/** Returns the /64 network of an IPv6 address, because a client with one address has all 2⁶⁴ of its network. */
function networkOf(address: string): string {
	if (!isIPv6(address) || address.includes(".")) return address;
	const [head = "", tail] = address.replace(/%.*$/, "").split("::");
	const groups = head === "" ? [] : head.split(":");
	const after = tail ? tail.split(":") : [];
	const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - after.length }, () => "0");
	return [...groups, ...zeros, ...after].slice(0, 4).join(":");
}

export interface ReaderLimits {
	/** Maximum number of connections that read at once, over all outputs. */
	maxReaders: number;
	/** Maximum number of bytes queued for one connection. */
	bufferBytes: number;
	/** Maximum number of bytes queued for all connections together. */
	totalBytes: number;
}

/** Bytes queued for a connection at the last check. Readers over the same connection share the account. */
export interface BufferAccount {
	held: number;
	/** Number of readers that share it now, each reading another room. */
	readers: number;
}

/** A connection of any output. */
interface Connection {
	readonly destroyed?: boolean;
	once(event: "close", listener: () => void): unknown;
}

/**
 * Share of the free bytes that one connection may use. The common bytes are never used up, however many connections
 * there are: each new one gets a share of less, and bytes that are given back are shared out again.
 */
const partOfFree = 1 / 8;
/** Minimum bound for one connection, however little is free: every reader is served, a few events at a time, bytes. */
const minBytes = 16 * 1024;

/** Limits the cost of all readers together. */
export class ReaderBudget {
	readonly #limits: ReaderLimits;
	readonly #places: SharedPlaces;
	#usedBytes = 0;
	#refused = 0;

	constructor(limits: ReaderLimits) {
		this.#limits = limits;
		this.#places = new SharedPlaces(limits.maxReaders);
	}

	get counts(): { connections: number; refused: number } {
		return { connections: this.#places.taken, refused: this.#refused };
	}

	/** Maximum number of bytes queued for one connection at present. */
	get bound(): number {
		const { bufferBytes, totalBytes } = this.#limits;
		return Math.min(bufferBytes, Math.max(minBytes, (totalBytes - this.#usedBytes) * partOfFree));
	}

	/** Records the bytes queued for a connection. */
	note(account: BufferAccount, bytes: number): void {
		this.#usedBytes += bytes - account.held;
		account.held = bytes;
	}

	/**
	 * Counts a connection as a reader until it closes. The owner may use all of `maxReaders`, a token or an address no
	 * more than it leaves free.
	 * @throws {LivekeeperError} `too_many_readers`
	 */
	admit(connection: Connection, party: Party): void {
		const { maxReaders } = this.#limits;
		if (connection.destroyed) return;
		const giveBack = this.#places.take(party);
		if (!giveBack) {
			this.#refused++;
			const full = this.#places.taken >= maxReaders;
			const text = full ? requestTexts.clientLimit(maxReaders) : requestTexts.clientShare(maxReaders);
			throw new LivekeeperError("too_many_readers", text);
		}
		connection.once("close", giveBack);
	}
}
