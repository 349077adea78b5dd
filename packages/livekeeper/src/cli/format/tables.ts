import { printable } from "@livekeeper/base/log/printable";
import { codeNames, type Language, listed, lookupTexts, verbatim } from "@livekeeper/base/text";
import type {
	ClusterNodes,
	Connections,
	Identity,
	KnownGift,
	LookupWay,
	OverlayToken,
	Upstream,
} from "@livekeeper/client";
import Table from "cli-table3";
import { listTexts, nodeTexts, screenTexts, statusTexts } from "../../text/index.ts";
import type { Io, Style } from "../io.ts";
import { ago, inWords, until } from "./age.ts";

/** Formats limits, usage, and the waiting rooms, next first. */
export function connectionsTable(connections: Connections, now: number, language: Language): string {
	const { held, held_elsewhere: elsewhere, limits, queue } = connections;
	const limit = (max: number | null) => (max === null ? listTexts.noLimit : listTexts.atMost(max));
	const lines = [
		listTexts.connections(held, elsewhere, limit(limits.max_connections)),
		listTexts.perIdentity(limit(limits.max_connections_per_identity)),
		listTexts.perLogin(limit(limits.max_connections_per_login)),
		listTexts.perProxy(limit(limits.max_connections_per_proxy)),
	].map((text) => text[language]);
	if (queue.length === 0) return [...lines, listTexts.noneWaiting[language]].join("\n");
	const head = ["", ...listTexts.queueHead.map((text) => text[language])];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { position, live_id, priority, since, why } of queue) {
		const name = codeNames.priority[priority]?.[language] ?? priority;
		table.push([String(position), live_id, name, ago(since, now, language), printable(why)]);
	}
	return [...lines, table.toString()].join("\n");
}

/** Formats the nodes of a cluster by name; a `*` marks the one that was asked. */
export function nodesTable(
	{ nodes, unheard_ms, cut_off: isCutOff }: ClusterNodes,
	now: number,
	language: Language,
): string {
	if (nodes.length === 0) return nodeTexts.alone[language];
	const head = nodeTexts.head.map((text) => text[language]);
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { node, self, url, weight, draining, rooms, started_at, version } of nodes) {
		const state = (isCutOff ? nodeTexts.cutOff(self) : draining ? nodeTexts.draining : nodeTexts.works)[language];
		const name = `${printable(node)}${self ? " *" : ""}`;
		const since = ago(started_at, now, language);
		table.push([name, state, String(rooms), String(weight), since, version, printable(url)]);
	}
	if (!isCutOff) return table.toString();
	return `${table.toString()}\n${nodeTexts.unheard(Math.round((unheard_ms ?? 0) / 1_000))[language]}`;
}

/** Formats all known gifts as a table. */
export function giftTable(gifts: readonly KnownGift[], now: number, language: Language): string {
	const table = new Table({
		head: screenTexts.giftHead.map((text) => text[language]),
		colAligns: ["left", "right", "left", "left"],
		style: { head: [], border: [] },
	});
	for (const { name, diamond_count: diamonds, gift_id: id, last_seen_at: seen } of gifts) {
		table.push([printable(name) || "–", diamonds, id, ago(seen, now, language)]);
	}
	return table.toString();
}

/** Formats all overlay tokens as a table. */
export function tokenTable(tokens: readonly OverlayToken[], now: number, language: Language): string {
	const table = new Table({
		head: screenTexts.tokenHead.map((text) => text[language]),
		style: { head: [], border: [] },
	});
	for (const { id, name, live_id: liveId, created_at: createdAt, last_used_at: lastUsedAt } of tokens) {
		const used = lastUsedAt === null ? screenTexts.never[language] : ago(lastUsedAt, now, language);
		table.push([id, printable(name), liveId ?? screenTexts.all[language], ago(createdAt, now, language), used]);
	}
	return table.toString();
}

const statusStyles: Record<Identity["status"], Style> = {
	anonymous: "gray",
	logged_in: "green",
	expired: "red",
	unreadable: "red",
};

const stateStyles: Record<Identity["state"], Style> = {
	fine: "green",
	first_only: "yellow",
	nothing: "red",
	resting: "yellow",
	unknown: "gray",
};

/** Formats all identities as a table, followed by their troubles with evidence and advice. */
export function identityTable(
	identities: readonly Identity[],
	now: number,
	io: Pick<Io, "paint" | "language">,
): string {
	const { language } = io;
	const table = new Table({
		head: listTexts.identityHead.map((text) => text[language]),
		style: { head: [], border: [] },
	});
	for (const one of identities) {
		table.push([
			one.name,
			io.paint(statusStyles[one.status] ?? "gray", codeNames.login[one.status]?.[language] ?? one.status),
			endOf(one.expires_at, now, language),
			io.paint(stateStyles[one.state] ?? "gray", codeNames.identityState[one.state]?.[language] ?? one.state),
			listTexts.giftsShown(one.gift_coverage, one.gifts_per_hour, one.gifts_per_hour_of_all)[language],
			one.has_proxy ? listTexts.itsOwn[language] : "–",
			ago(one.updated_at, now, language),
			roomsOf(one.rooms, language),
		]);
	}
	const warnings = identities.flatMap(({ warning }) => (warning === null ? [] : [printable(warning)]));
	const troubles = identities.flatMap((one) => troubleOf(one, now, language));
	const lines = [...warnings, ...troubles].map((line) => `${io.paint("yellow", "!")} ${line}`);
	return [table.toString(), ...lines].join("\n");
}

/** Returns the trouble with an identity on the site. */
function troubleOf({ name, state, state_evidence, advice, rest }: Identity, now: number, language: Language): string[] {
	if (state === "fine" || state === "unknown") return [];
	const pauses = rest ? [listTexts.pausedUntil(name, verbatim(until(rest.until, now, language)))[language]] : [];
	const said = `${name}${language === "en" ? ": " : "："}${[...state_evidence, ...advice].join(language === "en" ? " " : "")}`;
	return [printable(said), ...pauses];
}

function endOf(at: number | null, now: number, language: Language): string {
	if (at === null) return listTexts.unknown[language];
	return at > now ? until(at, now, language) : ago(at, now, language);
}

function roomsOf(rooms: readonly string[], language: Language): string {
	const shown = listed(rooms.slice(0, 5));
	return rooms.length > 5
		? listTexts.andMore(shown, rooms.length - 5)[language]
		: shown[language] || statusTexts.none[language];
}

const { lookups } = listTexts;

const styles: Record<LookupWay["state"], Style> = { untried: "gray", works: "green", rests: "yellow" };

/** Formats the progress of look-ups, each exit with its ways, then refusals and advice. */
export function upstreamTable(upstream: Upstream, now: number, io: Pick<Io, "paint" | "language">): string {
	const { language } = io;
	const { rooms, known, known_in_ms: leftMs, exits, page } = upstream;
	const far = known < rooms ? lookups.knownIn(known, rooms, inWords(leftMs, language)) : lookups.known(known, rooms);
	const lines = [(rooms === 0 ? lookups.nothing : far)[language]];
	if (exits.length > 0) {
		const table = new Table({ head: lookups.head.map((text) => text[language]), style: { head: [], border: [] } });
		for (const { name, ways } of exits) {
			// Some ways need something that may be missing: a login, or a room that was live.
			for (const way of ways.filter(({ state, asked }) => state !== "untried" || asked > 0)) {
				table.push([
					printable(lookups.exit(name)[language]),
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
		lines.push(lookups.openPage(page)[language], lookups.thenSay[language]);
	}
	return lines.join("\n");
}

/** Formats `refused: asks for a slider to be solved, tried again in 12 min`. */
function stateText({ state, sign, until: at }: LookupWay, now: number, language: Language): string {
	const name = lookups.states[state] ?? verbatim(state);
	if (state !== "rests" || at === null) return name[language];
	const refused = sign === null ? name : (lookupTexts.signs[sign] ?? verbatim(sign));
	return lookups.triedAgain(refused, verbatim(until(at, now, language)))[language];
}

const { site: siteTexts } = listTexts;

/** Formats the site profile and the signer in force, push hosts with their records, and each exit with its ways. */
export function siteReport(upstream: Upstream, now: number, io: Pick<Io, "paint" | "language">): string {
	const { language, paint } = io;
	const { profile, signer, hosts } = upstream;
	const named = ({ source, file }: Upstream["signer"]) => siteTexts.sources[source](file ?? "")[language];
	const lines = [siteTexts.profile(named(profile), profile.version, profile.date)[language]];
	lines.push(siteTexts.signer(named(signer))[language]);
	for (const { problem, file } of [profile, signer]) {
		if (problem !== null)
			lines.push(`${paint("red", "✗")} ${printable(siteTexts.refused(file ?? "", problem)[language])}`);
	}
	const shown = hosts.map(({ host, success_rate: rate, open }) => {
		const record = open ? siteTexts.rests : rate === null ? undefined : siteTexts.rate(Math.round(rate * 100));
		return record ? `${printable(host)} (${record[language]})` : printable(host);
	});
	lines.push(siteTexts.hosts(shown)[language], "", upstreamTable(upstream, now, io));
	const news = upstream.drift.filter(({ current, learned }) => current && !learned);
	if (news.length > 0) {
		const table = new Table({
			head: siteTexts.driftHead.map((text) => text[language]),
			style: { head: [], border: [] },
		});
		for (const { kind, name, exit, count, since } of news) {
			table.push([
				siteTexts.kinds[kind][language],
				printable(name),
				printable(exit),
				String(count),
				ago(since, now, language),
			]);
		}
		lines.push("", table.toString());
	}
	for (const message of upstream.changed) lines.push(`${paint("yellow", "!")} ${printable(message)}`);
	return lines.join("\n");
}
