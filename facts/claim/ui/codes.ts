/** What the national codes of a claim are called where people read them. */

export const sexes: Record<string, string> = { 1: '男', 2: '女' };

/** Kinds of insurance, insutype; 410 is that of work injuries, which the fund does not bear. */
export const insurances: Record<string, string> = {
  310: '职工医保', 320: '公务员补助', 330: '大额补助', 340: '离休', 350: '一至六级残废军人', 360: '老红军', 370: '企业补充', 390: '居民医保', 410: '工伤保险', 510: '生育保险',
};

/** Kinds of medical care, med_type, and the groups that their first digit makes. */
export const medTypes: Record<string, string> = {
  1: '门诊', 2: '住院', 11: '普通门诊', 12: '门诊挂号', 13: '急诊', 14: '门诊慢特病', 15: '特药', 16: '中医特色门诊', 18: '特药购药', 19: '意外伤害门诊', 21: '普通住院', 22: '外伤住院', 23: '转外诊治住院', 24: '急诊转住院',
  25: '异地住院', 26: '单病种住院', 27: '自主就医', 28: '日间手术', 41: '定点药店购药', 51: '生育门诊', 52: '生育住院', 53: '计划生育手术费', 71: '家庭病床',
};
