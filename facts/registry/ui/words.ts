/** fixmedins_type, hosp_lv and med_type as the national standard has them. */
export const types: Record<string, string> = { '1': '定点医疗机构', '2': '定点零售药店' };
export const levels: Record<string, string> = { '1': '三级特等', '2': '三级甲等', '3': '三级乙等', '4': '三级丙等', '5': '二级甲等', '6': '二级乙等', '7': '二级丙等', '8': '一级甲等', '9': '一级乙等', '10': '一级丙等', '11': '无等级', '12': '三级', '13': '二级', '14': '一级' };
const kinds: Record<string, string> = {
  '11': '普通门诊', '12': '门诊挂号', '13': '急诊', '14': '门诊慢特病', '15': '特药', '16': '中医特色门诊', '18': '特药购药', '19': '意外伤害门诊', '21': '普通住院', '22': '外伤住院',
  '23': '转外诊治住院', '24': '急诊转住院', '25': '异地住院', '26': '单病种住院', '27': '自主就医', '28': '日间手术', '41': '定点药店购药', '51': '生育门诊', '52': '生育住院', '53': '计划生育手术费', '71': '家庭病床',
};
export const kindOf = (code: string) => kinds[code.slice(0, 2)] ?? (code ? `代码 ${code}` : '');
/** The fields of an identity. */
export const identity: Record<string, string> = { psn_name: '姓名', certno: '证件号码', psn_cert_type: '证件类型', mdtrt_cert_no: '就诊凭证号', tel: '电话', mob: '手机', addr: '地址', live_addr: '居住地址', emp_name: '单位' };
