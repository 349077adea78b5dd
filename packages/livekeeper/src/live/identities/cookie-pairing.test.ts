import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { openJetStreamEventLog } from "@livekeeper/log/jetstream";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CookiePairing } from "./cookie-pairing.ts";
import type { CookieView } from "./identity-service.ts";

const wrong = (code: string) => (code === "000000" ? "000001" : "000000");

describe.skipIf(!hasNats)("pairing across two nodes", () => {
	let nats: NatsServers;
	let prefixes = 0;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	async function twoNodes() {
		const [prefix, clock] = [`pairing${++prefixes}`, new ManualClock()];
		const read = (text: string) => ({ loggedIn: text.includes("sessionid") }) as CookieView;
		const open = async (node: string) => {
			const log = await openJetStreamEventLog({
				...{ servers: nats.urls, node, clock: systemClock, logger: quietLogger, secret: "a test", prefix },
				...{ replicas: 1, partitions: 1 },
			});
			onTestFinished(() => log.close());
			return new CookiePairing({ read, clock, store: log.pairing });
		};
		return { clock, prefix, page: await open("a"), extension: await open("b") };
	}

	test("takes a cookie by another node's code, hidden from NATS", async () => {
		const nc = await connect({ servers: [...nats.urls] });
		onTestFinished(() => nc.close());
		const seen: string[] = [];
		nc.subscribe(">", { callback: (_, { data }) => void seen.push(Buffer.from(data).toString("latin1")) });
		await nc.flush();
		const { page, extension, clock } = await twoNodes();
		const { pairing, code } = await page.create();
		expect(await extension.receive(code, "guest")).toEqual({ loggedIn: false });
		expect(await extension.receive(code, "sessionid=hush")).toEqual({ loggedIn: true });
		expect(await page.get(pairing.id)).toMatchObject({ state: "received", found: { loggedIn: true } });
		expect(await page.cookieOf(pairing.id)).toBe("sessionid=hush");
		await expect(extension.receive(code, "sessionid=other")).rejects.toMatchObject({ code: "pairing_refused" });
		await clock.advance(15 * 60_000);
		await expect(page.cookieOf(pairing.id)).rejects.toMatchObject({ code: "pairing_not_found" });
		await nc.flush();
		expect(seen.length).toBeGreaterThan(0);
		expect(seen.filter((text) => text.includes("hush") || text.includes(code))).toEqual([]);
	});

	test("counts wrong codes of all nodes, including concurrent ones", async () => {
		const { page, extension } = await twoNodes();
		const { pairing, code } = await page.create();
		const guesses = [page, extension, page, extension, page].map((node) => node.receive(wrong(code), "sessionid=x"));
		const refused = await Promise.allSettled(guesses);
		expect(refused.every(({ status }) => status === "rejected")).toBe(true);
		expect((await extension.get(pairing.id)).state).toBe("locked");
		await expect(page.receive(code, "sessionid=x")).rejects.toMatchObject({ code: "pairing_refused" });
		await page.remove(pairing.id);
		await expect(extension.get(pairing.id)).rejects.toMatchObject({ code: "pairing_not_found" });
	});
});
