import { errors } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { guardOf } from "./guard.ts";

const failing = (times: number) => {
	let left = times;
	return async () => {
		if (left-- > 0) throw new errors.TimeoutError();
		return "read";
	};
};

test("takes its patience from the beginning of a call", async () => {
	let patienceMs = 60_000;
	const guard = guardOf(
		() => false,
		() => patienceMs,
	);
	expect(await guard(failing(3))).toBe("read");
	patienceMs = 0;
	await expect(guard(failing(1))).rejects.toMatchObject({ code: "storage_failing" });
	expect(await guard(failing(0))).toBe("read");
});
