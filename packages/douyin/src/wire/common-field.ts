/** Kinds whose common part is not their first field, as the site's published schema of April 2026 has them. */
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

/** Number of the field that holds the common part of a kind: 1 for most. What others have in field 1 has no message id. */
export function commonFieldOf(method: string): number {
	return elsewhere.get(method) ?? 1;
}
