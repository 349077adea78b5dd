import { printable } from "@livekeeper/base/log/printable";
import { listTexts } from "@livekeeper/base/text";
import type { Upstream } from "@livekeeper/client";
import Table from "cli-table3";
import type { Io } from "../io.ts";
import { ago } from "./age.ts";
import { upstreamTable } from "./upstream-table.ts";

const { site: texts } = listTexts;

/** Formats the site profile and the signer in force, push hosts with their records, and each exit with its ways. */
export function siteReport(upstream: Upstream, now: number, io: Pick<Io, "paint" | "language">): string {
	const { language, paint } = io;
	const { profile, signer, hosts } = upstream;
	const named = ({ source, file }: Upstream["signer"]) => texts.sources[source](file ?? "")[language];
	const lines = [texts.profile(named(profile), profile.version, profile.date)[language]];
	lines.push(texts.signer(named(signer))[language]);
	for (const { problem, file } of [profile, signer]) {
		if (problem !== null) lines.push(`${paint("red", "✗")} ${printable(texts.refused(file ?? "", problem)[language])}`);
	}
	const shown = hosts.map(({ host, success_rate: rate, open }) => {
		const record = open ? texts.rests : rate === null ? undefined : texts.rate(Math.round(rate * 100));
		return record ? `${printable(host)} (${record[language]})` : printable(host);
	});
	lines.push(texts.hosts(shown)[language], "", upstreamTable(upstream, now, io));
	const news = upstream.drift.filter(({ current, learned }) => current && !learned);
	if (news.length > 0) {
		const table = new Table({ head: texts.driftHead.map((text) => text[language]), style: { head: [], border: [] } });
		for (const { kind, name, exit, count, since } of news) {
			table.push([
				texts.kinds[kind][language],
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
