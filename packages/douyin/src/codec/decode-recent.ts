import { GiftStreaks } from "../gifts/index.ts";
import type { DecodeProblem, RecentMessages } from "../upstream.ts";
import * as wire from "../wire/index.ts";
import { type DecodeContext, decodeMessages, headOf, type ResponseHead, readEnvelope } from "./decode.ts";

/** An answer of `im/fetch` whose messages are only looked at. */
export interface DecodedRecent extends ResponseHead {
	recent: RecentMessages;
}

/**
 * Reads an answer of `im/fetch` without counting its gifts: what is taken of it later is decoded again, with the tracker
 * of `context`.
 * @throws DouyinError `bad_frame` when `bytes` is not a Response
 */
export function decodeRecent(bytes: Uint8Array, context: DecodeContext): DecodedRecent {
	const budget = wire.newBudget();
	const response = readEnvelope(wire.decodeResponse, bytes, budget);
	return { ...headOf(response), recent: new ResponseMessages(response, context, budget) };
}

class ResponseMessages implements RecentMessages {
	readonly preview: { id: string; at: number }[] = [];
	readonly #response: wire.Response;
	readonly #context: DecodeContext;
	/** Of each message in `preview`, where it stands in the Response. */
	readonly #places: number[] = [];
	readonly #problems: { place: number; problem: DecodeProblem }[] = [];

	constructor(response: wire.Response, context: DecodeContext, budget: wire.Budget) {
		this.#response = response;
		this.#context = context;
		const untold = { ...context, gifts: new GiftStreaks() };
		for (const [place, message] of response.messages.entries()) {
			const { events, problems } = decodeMessages({ now: response.now, messages: [message] }, untold, budget);
			for (const problem of problems) this.#problems.push({ place, problem });
			for (const { id, at } of events) {
				this.preview.push({ id, at });
				this.#places.push(place);
			}
		}
	}

	take(from = 0, to = this.preview.length) {
		const { now, messages: all } = this.#response;
		const messages = this.#places.slice(from, to).flatMap((place) => all[place] ?? []);
		const { events } = decodeMessages({ now, messages }, this.#context, wire.newBudget());
		// What can't be read belongs to the message before it.
		const start = from === 0 ? 0 : (this.#places[from] ?? all.length);
		const end = this.#places[to] ?? all.length;
		const problems = this.#problems.filter(({ place }) => place >= start && place < end);
		return { events, problems: problems.map(({ problem }) => problem) };
	}
}
