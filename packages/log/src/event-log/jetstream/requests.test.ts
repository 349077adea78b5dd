import { setTimeout as pause } from "node:timers/promises";
import { ManualClock } from "@livekeeper/douyin/testing";
import { connect, errors, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Conflict } from "../../storage/index.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { isUnanswered, patient } from "./requests.ts";
import { openBucket } from "./stream-keeper.helpers.ts";

describe.skipIf(!hasNats)("a patient request", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	async function open() {
		const nc = await connect({ servers: [...nats.urls] });
		onTestFinished(() => nc.close());
		return nc;
	}

	/** Returns a connection with a promise that resolves once its first request has failed. */
	function refusals(nc: NatsConnection) {
		let tell = () => undefined as unknown;
		const refused = new Promise<void>((resolve) => {
			tell = resolve;
		});
		const request: NatsConnection["request"] = (...args) => {
			const answer = nc.request(...args);
			answer.catch(() => setImmediate(tell));
			return answer;
		};
		return { nc: Object.assign(Object.create(nc) as NatsConnection, { request }), refused };
	}

	const textOf = ({ data }: { data: Uint8Array }) => Buffer.from(data).toString("utf8");

	test("is answered once a responder is there", async () => {
		const nc = await open();
		const answer = patient(nc).request("late", "question", { timeout: 20_000 });
		await pause(100);
		nc.subscribe("late", { callback: (_, message) => void message.respond("answer") });
		expect(textOf(await answer)).toBe("answer");
	});

	test("times out without a responder and reports it", async () => {
		const clock = new ManualClock();
		const { nc, refused } = refusals(await open());
		const answer = patient(nc, clock)
			.request("nobody", "question", { timeout: 2_000 })
			.catch((reason: unknown) => reason);
		await refused;
		// The next attempts are still on their way when the time is over.
		clock.advance(2_000);
		expect(isUnanswered(await answer)).toBe(true);
	});

	test("is retried without an answer, until its timeout", async () => {
		const [nc, clock] = [await open(), new ManualClock()];
		const questions = nc.subscribe("silent")[Symbol.asyncIterator]();
		const nextQuestion = async () => (await questions.next()).value as Msg;
		const answer = patient(nc, clock).request("silent", "question", { timeout: 20_000 });
		await nextQuestion();
		clock.advance(1_000);
		(await nextQuestion()).respond("answer");
		expect(textOf(await answer)).toBe("answer");
		const unanswered = expect(patient(nc, clock).request("silent", "question", { timeout: 1_200 })).rejects;
		const reported = unanswered.toThrow(errors.TimeoutError);
		await nextQuestion();
		clock.advance(1_000);
		await nextQuestion();
		clock.advance(200);
		await reported;
	});

	test("takes the late answer to an earlier attempt", async () => {
		const nc = await open();
		const questions: { respond: (data: string) => boolean }[] = [];
		nc.subscribe("slow", {
			callback: (_, message) => {
				questions.push(message);
				if (questions.length === 2) questions[0]?.respond("the first");
			},
		});
		expect(textOf(await patient(nc).request("slow", "question", { timeout: 20_000 }))).toBe("the first");
	});

	test("fails at once if it can't succeed, or once closed", async () => {
		const nc = await open();
		await expect(patient(nc).request("not a subject", "question", { timeout: 20_000 })).rejects.toThrow(
			errors.InvalidSubjectError,
		);
		nc.subscribe("silent", { callback: () => undefined });
		const open_ = patient(nc).request("silent", "question", { timeout: 20_000 });
		open_.catch(() => undefined);
		await nc.close();
		await expect(open_).rejects.toThrow(/closed/);
	});

	/** Behaves as if the answer to each request's first attempt had been lost. */
	function twice(nc: NatsConnection): NatsConnection {
		const request: NatsConnection["request"] = async (...args) => {
			await nc.request(...args);
			return nc.request(...args);
		};
		return Object.assign(Object.create(nc) as NatsConnection, { request });
	}

	test("writes a key once, and conflicts only with other writers", async () => {
		const nc = await open();
		const bucket = await openBucket(nc, "twice");
		const repeating = await openBucket(twice(nc), "twice");
		const value = Uint8Array.of(1);
		const first = await repeating.create("key", value);
		expect(await bucket.get("key")).toMatchObject({ revision: first });
		await expect(repeating.create("key", value)).rejects.toThrow(Conflict);
		const second = await repeating.update("key", value, first);
		expect(await bucket.get("key")).toMatchObject({ revision: second });
		await expect(repeating.update("key", value, first)).rejects.toThrow(Conflict);
		await bucket.remove("key");
		const third = await repeating.create("key", value);
		expect(await bucket.get("key")).toMatchObject({ value, revision: third });
	});
});
