import { expect, onTestFinished, test } from "vitest";
import { startHttp } from "../net/servers.helpers.ts";
import { createUpstream } from "./create-upstream.ts";

test("replaces only the slider-proof cookies with the browser's", async () => {
	const seen: (string | undefined)[] = [];
	const server = await startHttp((request, response) => {
		seen.push(request.headers.cookie);
		response.end("");
	});
	onTestFinished(() => server.close());
	const upstream = createUpstream({ baseUrl: server.url, cookie: "ttwid=own; __ac_nonce=stale" });
	onTestFinished(() => upstream.close());
	await upstream.takeProof?.("s_v_web_id=verify_1; __ac_nonce=fresh; ttwid=other; sessionid=secret");
	await upstream.lookup("1001", new AbortController().signal);
	expect(seen.at(-1)).toBe("ttwid=own; s_v_web_id=verify_1; __ac_nonce=fresh");
	await upstream.takeProof?.("other=1");
	await upstream.lookup("1001", new AbortController().signal);
	expect(seen.at(-1)).toBe("ttwid=own; s_v_web_id=verify_1; __ac_nonce=fresh");
});
