import { test } from 'vitest';
import { House, openBrowser, Tab, Visitor } from './harness';
test('smoke', async () => {
  const house = new House(); await house.start();
  const admin = await new Visitor(house, 'admin').enter(house.oneOff);
  for (const [code, kind, name, region, parent] of [['X330400','administration','嘉禾市医疗保障局','330400'],['J330400','agency','嘉禾市医疗保障服务中心','330400'],['H33040200001','institution','嘉禾市第一医院','330402'],['K1','department','心内科','', 'H33040200001']] as const)
    await admin.ask('POST','/api/organisations',{code,kind,name,...(region?{region}:{parent})});
  const b = await openBrowser();
  const t = await Tab.open(b, house);
  await t.goto('/organisations'); await t.shot('login');
  await t.as(admin); await t.goto('/organisations'); await t.shot('organisations');
  await t.page.getByRole('row', {name: /第一医院/}).click(); await t.shot('organisation');
  await t.page.keyboard.press('Escape');
  await t.page.getByRole('button',{name:'登记机构'}).click(); await t.shot('organisation-add');
  console.log(t.complaints, t.page.url());
  await b.close(); await house.remove();
}, 60000);
