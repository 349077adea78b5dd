import { printable } from "@livekeeper/base/log/printable";
import { type Language, listTexts, lookupTexts, verbatim } from "@livekeeper/base/text";
import type { LookupWay, Upstream } from "@livekeeper/client";
import Table from "cli-table3";
import type { Io, Style } from "../io.ts";
import { inWords, until } from "./age.ts";

const { lookups: texts } = listTexts;

const styles: Record<LookupWay["state"], Style> = { untried: "gray", works: "green", rests: "yellow" };

/** Formats the progress of look-ups, each exit with its ways, then refusals and advice. */
export function upstreamTable(upstream: Upstream, now: number, io: Pick<Io, "paint" | "language">): string {
	const { language } = io;
	const { rooms, known, known_in_ms: leftMs, exits, page } = upstream;
	const far = known < rooms ? texts.knownIn(known, rooms, inWords(leftMs, language)) : texts.known(known, rooms);
	const lines = [(rooms === 0 ? texts.nothing : far)[language]];
	if (exits.length > 0) {
		const table = new Table({ head: texts.head.map((text) => text[language]), style: { head: [], border: [] } });
		for (const { name, ways } of exits) {
			// Some ways need something that may be missing: a login, or a room that was live.
			for (const way of ways.filter(({ state, asked }) => state !== "untried" || asked > 0)) {
				table.push([
					printable(name),
					(lookupTexts.ways[way.way] ?? verbatim(way.way))[language],
					io.paint(styles[way.state] ?? "gray", stateText(way, now, language)),
					String(Math.floor(way.left)),
					String(Math.round(way.per_minute * 100) / 100),
					String(way.asked),
				]);
			}
		}
		lines.push(table.toString());
	}
	const troubles = exits.flatMap(({ message, advice }) => [message, advice].filter((line) => line !== null));
	lines.push(...troubles.map((line) => `${io.paint("yellow", "!")} ${printable(line)}`));
	if (exits.some(({ captcha }) => captcha)) {
		lines.push(texts.openPage(page)[language], texts.thenSay[language]);
	}
	return lines.join("\n");
}

/** Formats `refused: asks for a slider to be solved, tried again in 12 min`. */
function stateText({ state, sign, until: at }: LookupWay, now: number, language: Language): string {
	const name = texts.states[state] ?? verbatim(state);
	if (state !== "rests" || at === null) return name[language];
	const refused = sign === null ? name : (lookupTexts.signs[sign] ?? verbatim(sign));
	return texts.triedAgain(refused, verbatim(until(at, now, language)))[language];
}
