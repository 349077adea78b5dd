import { randomBytes } from "node:crypto";

/** A request that carries no events, under an id that no delivery has. */
export function testDelivery(targetId: string): { deliveryId: string; body: Buffer } {
	const deliveryId = `dlv_test_${randomBytes(12).toString("base64url")}`;
	const content = { target_id: targetId, live_id: "test", delivery_id: deliveryId, test: true, events: [] };
	return { deliveryId, body: Buffer.from(JSON.stringify(content)) };
}
