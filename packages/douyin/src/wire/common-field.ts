/** Kinds whose common part is not their first field, according to the site's published schema of April 2026. */
const elsewhere: ReadonlyMap<string, number> = new Map([
	["WebcastBindingGiftMessage", 2],
	["WebcastCommentTopicChatMessage", 4],
	["WebcastGroupLiveActivityRewardChangeMessage", 2],
	["WebcastGroupLiveContainerChangeMessage", 2],
	["WebcastGroupLiveRoomPKRankInviteChangeMessage", 2],
	["WebcastInteractionPluginGamePlusContainerMessage", 2],
	["WebcastMatchVenueMessage", 8],
	["WebcastPreviewCjRpMessage", 2],
	["WebcastRoomChannelCipherMessage", 2],
	["WebcastSyncStreamInfoMessage", 4],
	["WebcastVerifyDecisionMessage", 3],
	["WebcastVrTransferMessage", 100],
]);

/** Returns the number of the field with the common part of a kind: 1 for most. Others have no message id in field 1. */
export function commonFieldOf(method: string): number {
	return elsewhere.get(method) ?? 1;
}
