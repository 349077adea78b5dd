import { languages, requestTexts } from "@livekeeper/base/text";
import { expect, test } from "vitest";
import { endTexts } from "../../text/index.ts";
import { closeReason } from "./websocket-sink.ts";

test.each(languages)("fits every close reason into a close frame in %s", (language) => {
	const reasons = [
		closeReason("shutting_down", endTexts.stopping, language),
		closeReason("failed", endTexts.failed, language),
		closeReason("slow_reader", endTexts.slow(86_400), language),
		closeReason("token_revoked", requestTexts.tokenRevoked, language),
	];
	for (const reason of reasons) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});
