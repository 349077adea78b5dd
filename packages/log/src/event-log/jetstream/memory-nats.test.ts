import { systemClock } from "@livekeeper/douyin";
import { DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { describeKeyValues } from "../../storage/key-values-conformance.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { MemoryNats } from "./memory-nats.helpers.ts";
import { serveMemoryNats } from "./memory-nats-server.helpers.ts";
import { type Carrier, connectorTo } from "./memory-nats-socket.helpers.ts";
import { hasNats, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

let memory: Awaited<ReturnType<typeof serveMemoryNats>>;
let stores = 0;

beforeAll(async () => {
	memory = await serveMemoryNats();
});
afterAll(() => memory.stop());

describeKeyValues("keys and values on NATS in memory", async () => {
	const log = await openJetStreamEventLog({
		...{ servers: [memory.url], node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, partitions: 1, prefix: `k${++stores}` },
	});
	onTestFinished(() => log.close());
	return log.targets;
});

describeKeyValues("keys and values on NATS in this process", async () => {
	const nats = new MemoryNats(systemClock);
	const carry: Carrier = (_, deliver) => void setImmediate(deliver);
	const link = { up: carry, down: carry, closed: (notify: () => void) => void setImmediate(notify) };
	const log = await openJetStreamEventLog({
		...{ servers: ["nats://127.0.0.1:1"], node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, partitions: 1, nats: { connect: connectorTo(nats, () => link) } },
	});
	onTestFinished(async () => {
		await log.close();
		nats.close();
	});
	return log.targets;
});

/** Asks a server everything that nodes rely on. @returns its answers, without times and its own names */
async function answersOf(nc: NatsConnection): Promise<unknown[]> {
	const jsm = await jetstreamManager(nc);
	const js = jetstream(nc);
	const answers: unknown[] = [];
	const say = async (what: string, work: Promise<unknown>) => {
		const outcome = await work.catch((error: unknown) => {
			const { name, message, code, status } = error as { name: string; message: string; code: number; status: number };
			return { name, message, code, status };
		});
		answers.push({ what, outcome });
	};
	const stateOf = async (name: string, filter?: string) => {
		const { config, state } = await jsm.streams.info(name, filter === undefined ? {} : { subjects_filter: filter });
		const { first_seq, last_seq, messages, num_subjects, subjects } = state;
		return { subjects: config.subjects, first_seq, last_seq, messages, num_subjects, found: subjects };
	};
	const get = async (query: Parameters<typeof jsm.streams.getMessage>[1]) => {
		const [ofLeader, ofAny] = [
			await jsm.streams.getMessage("s", query),
			await jsm.direct.getMessage("s", query as never),
		];
		return [ofLeader, ofAny].map((one) => one && [one.seq, one.subject, one.string(), one.header?.get("Own")]);
	};
	await say("an unknown stream", jsm.streams.info("s"));
	await say("a message of an unknown stream", jsm.streams.getMessage("s", { last_by_subj: "a.1" }));
	await say("a message that no stream takes", js.publish("nowhere", "x"));
	await say("a question without a responder", nc.request("nowhere", "x", { timeout: 2_000 }));
	const republish = { src: "a.>", dest: "live.>" };
	await jsm.streams.add({ name: "s", subjects: ["a.*"], allow_direct: true, allow_rollup_hdrs: true, republish });
	await say("a new stream", stateOf("s"));
	await say("the same stream again", jsm.streams.add({ name: "s", subjects: ["b"] }));
	await say("nothing stored", get({ last_by_subj: "a.1" }));
	const heard: unknown[] = [];
	nc.subscribe("live.>", {
		callback: (_, { subject, headers: header, data }) => {
			const more = ["Nats-Sequence", "Nats-Last-Sequence", "Nats-Subject", "Own"].map((name) => header?.get(name));
			heard.push([subject, Buffer.from(data).toString(), ...more]);
		},
	});
	const own = headers();
	own.set("Own", "mine");
	await say(
		"a first message",
		js.publish("a.1", "one", { headers: own, msgID: "1", expect: { lastSubjectSequence: 0 } }),
	);
	await say("a wrong sequence", js.publish("a.1", "two", { expect: { lastSubjectSequence: 7 } }));
	await say("another subject", js.publish("a.2", "other", { expect: { lastSubjectSequence: 0 } }));
	await say("the right sequence", js.publish("a.1", "two", { expect: { lastSubjectSequence: 1 } }));
	await say("the same id again", js.publish("a.1", "one", { msgID: "1" }));
	for (const query of [{ seq: 1 }, { seq: 2, next_by_subj: "a.1" }, { seq: 9, next_by_subj: "a.1" }, { seq: 5 }])
		await say(`the message ${JSON.stringify(query)}`, get(query));
	await say("the newest message", get({ last_by_subj: "a.*" }));
	await say("subjects", stateOf("s", "a.*"));
	await nc.flush();
	answers.push({ what: "republished", outcome: heard });
	const consumed = async (consumer: object) => {
		const found = await js.consumers.get("s", consumer);
		const seqs: unknown[] = [];
		for await (const { seq, info } of await found.fetch({ max_messages: 10, expires: 1_000 })) {
			seqs.push([seq, info.pending]);
			if (info.pending === 0) break;
		}
		await found.delete();
		return seqs;
	};
	await say(
		"brought from the first on",
		consumed({ filter_subjects: "a.1", opt_start_seq: 1, deliver_policy: "by_start_sequence" }),
	);
	await say(
		"purged by subject",
		jsm.streams.purge("s", { filter: "a.2" }).then(({ purged }) => purged),
	);
	await say("left", stateOf("s", ">"));
	await say(
		"purged by sequence",
		jsm.streams.purge("s", { seq: 3 }).then(({ purged }) => purged),
	);
	await say("left then", stateOf("s", ">"));
	await say(
		"purged beyond its end",
		jsm.streams.purge("s", { seq: 1_000 }).then(({ purged }) => purged),
	);
	await say("left in the end", stateOf("s"));
	await say("after a purge", js.publish("a.1", "three", { expect: { lastSubjectSequence: 0 } }));
	await say(
		"all names",
		jsm.streams
			.list("a.*")
			.next()
			.then((found) => found.map(({ config }) => config.name)),
	);
	await jsm.streams.add({ name: "one", subjects: ["one.*"], max_msgs_per_subject: 1, allow_rollup_hdrs: true });
	for (const text of ["a", "b", "c"]) await js.publish("one.1", text);
	await js.publish("one.2", "d");
	await say("one message of each subject", stateOf("one", ">"));
	const rollup = headers();
	rollup.set("Nats-Rollup", "sub");
	await say("a marker in place of a subject", js.publish("one.1", "", { headers: rollup }));
	await say("left beside the marker", stateOf("one", ">"));
	const watcher = await js.consumers.getPushConsumer("one", {
		...{ deliver_policy: DeliverPolicy.LastPerSubject, filter_subject: "one.>" },
	});
	const watched = await watcher.consume();
	await js.publish("one.3", "e");
	const seen: unknown[] = [];
	for await (const { seq, subject, info } of watched) {
		seen.push([seq, subject, info.deliverySequence]);
		if (subject === "one.3") break;
	}
	answers.push({ what: "watched", outcome: seen });
	await say("a deletion", jsm.streams.delete("s"));
	await say("what is deleted", jsm.streams.info("s"));
	return answers;
}

describe.skipIf(!hasNats)("NATS in memory", () => {
	test("answers like a real server", async () => {
		const real = await startNatsServers(1);
		onTestFinished(() => real.stop());
		const [one, other] = await Promise.all([connect({ servers: [...real.urls] }), connect({ servers: [memory.url] })]);
		onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
		expect(await answersOf(other)).toEqual(await answersOf(one));
	});
});
