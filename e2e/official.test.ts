import { expect, onTestFinished, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const app = { app_id: "tt1", secret: "made-up" };
const ten = { loss: 0.1, duplicates: 0.1, disorder: 0.1, lostAnswers: 0.1 };

interface Gift {
	id: string;
	source?: string;
	diamonds: number;
	evidence?: { diamonds: number };
}

async function giftsOf(rig: Rig): Promise<Gift[]> {
	const gifts: Gift[] = [];
	for (let after = 0; ; ) {
		const { body } = await rig.request("GET", `/api/v1/rooms/1001/events?types=gift&limit=1000&after=${after}`);
		gifts.push(...(body["events"] as Gift[]));
		if (body["caught_up"]) return gifts;
		after = Number(body["next_after"]);
	}
}

const sum = (gifts: readonly Gift[]) => gifts.reduce((total, { diamonds }) => total + diamonds, 0);

test("counts each pushed gift once, the web's as evidence", async () => {
	const rig = await Rig.start({ speed: 10, start: [], simulator: { rate: 20, startTraffic: "manual" } });
	onTestFinished(() => rig.stop());
	// A login that is only shown the first gifts, as the site does with some.
	rig.simulator.identities.set("made-up", { gifts: "first:2" });
	const callBack = () =>
		rig.simulator.platform.setApp("tt1", {
			secret: app.secret,
			callbackUrl: `${rig.url}/api/v1/official/1001`,
			faults: ten,
			batch: 2,
		});
	callBack();
	await rig.request("PUT", "/api/v1/rooms/1001", { official: app });
	const status = async () => {
		const { body } = await rig.request("GET", "/api/v1/official/1001");
		return (body["official"] as { broadcasts: Record<string, unknown>[] } | undefined)?.broadcasts[0];
	};
	await until("the platform's gifts count", async () => (await status())?.["counts"] === true);
	const room = rig.simulator.room("1001");
	room?.startTraffic();
	await until("gifts are pushed", async () => (await giftsOf(rig)).filter(({ source }) => source).length > 20);
	await rig.restartService();
	callBack();
	await until("more gifts are pushed", async () => (await giftsOf(rig)).filter(({ source }) => source).length > 60);
	room?.change({ rate: 0 });
	const truth = () => room?.truth()?.diamonds;
	let account = 0;
	const whole = async () => {
		account = sum(await giftsOf(rig));
		return account === truth();
	};
	await until("the account is complete", whole, { describe: () => ({ account, truth: truth() }) });
	const gifts = await giftsOf(rig);
	const web = gifts.filter(({ source }) => source === undefined);
	expect(web.length).toBeGreaterThanOrEqual(2);
	expect(web.every(({ diamonds, evidence }) => diamonds === 0 && evidence !== undefined)).toBe(true);
	expect(new Set(gifts.map(({ id }) => id)).size).toBe(gifts.length);
	const { body } = await rig.request("GET", "/api/v1/rooms/1001/broadcasts");
	const [broadcast] = body["broadcasts"] as { diamonds: number }[];
	expect(broadcast?.diamonds).toBe(truth());
	expect((await rig.status("1001"))["diamonds"]).toBe(truth());
});
