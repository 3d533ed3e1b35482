export * from './campaign-schedule.ts';
export * from './create-campaign.ts';
export * from './change-campaign.ts';
export * from './delete-campaign.ts';
export * from './get-campaign.ts';
export * from './list-campaigns.ts';
