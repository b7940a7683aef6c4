// Made by `node scripts/training-set.mjs`: of the networks' training molecules their number, the heavy atoms that 99 % of them do not exceed and
// their most, net charges and environments (environments.js); how good the networks' answers are on the molecules held out: on all of
// them, by how sure the answer is, and on those whose environments are all in training, or not.

/** @typedef {{ molecules: number, right?: number, auc?: number, rmse?: number }} Quality */
/**
 * @type {Record<'ames' | 'esol', { hash: string, molecules: number, usual: number, most: number, charges: number[],
 *   heldOut: Quality, sure?: (Quality & { from: number })[], known: Quality, unknown: Quality, environments: string }>}
 */
export const TRAINING = {
  ames: {
    hash: 'f65429d53bdcb944',
    molecules: 5205,
    usual: 51,
    most: 214,
    charges: [-1, 0, 1, 2],
    heldOut: { molecules: 1301, right: 0.8194, auc: 0.8828 },
    sure: [
      { from: 0.5, molecules: 120, right: 0.6333, auc: 0.673 },
      { from: 0.6, molecules: 114, right: 0.5877, auc: 0.5678 },
      { from: 0.7, molecules: 180, right: 0.75, auc: 0.7449 },
      { from: 0.8, molecules: 311, right: 0.8328, auc: 0.8643 },
      { from: 0.9, molecules: 576, right: 0.9184, auc: 0.933 },
    ],
    known: { molecules: 1263, right: 0.8211, auc: 0.8846 },
    unknown: { molecules: 38, right: 0.7632, auc: 0.8006 },
    environments:
      'AJ5YAXXaAXsPAZ5aAfV9Al56AvXoAyAtA3XeA5JqA/XpBHXfBPXrBQi9BZm5BexuCCA1CC1TCHXlCSA3Cr34C1WvC5CsC7g+C735DL3fDOYkDVlLDXOnDg0qDqF3ENIaEQZGER2bEcy8Ec1jEpnDEsy+E7U1FBaVFDAZFEwDFFaWFYj9FnrhF0hrF4kAF/V0F/uNGIkCGJgBGKeyGMYzGPV1GPuOGWCBGZgCGae0GkcLGmCDGo0fGp25GsWEG8Y4G8dfHIkIHMY5HTX8HUh1HWyCHii9Hj9cHqe8Hu9UHz9eH6e9ICjAIDpUID9fIEh5IGupIITBIIZWIMCyIO9XISjCITYCIUh7IWurIZo2IafBIe9ZIjUgIjpXIkh8ImpiIqfCIt2+Iu9bIzpYI0cZI1/EI6fEI+x5JFFvJI+AJJP5JKfFJO9eJSjIJUyGJWpmJZP6Jd1xJex8Je9fJkNgJn9VJpP8JzUoJzpfJ2pqKGprKKmCKM/EKo8yK6puLFvqLIoiLWCBLWDuLZN+LhSMLiuFLpOALuIUMBsFMJODMZOEMfz7MiuLMkwlMp/aMsoaMuF1MyuNNCBUNCw8NOjhNPNuNRZWNSuQNdN8No3XNuF7NuyNNxa2N6VvOBa3OKVwOL4GOPN0Ob4IOeGAOfN1Og40OlQWOo3dOqVzOtA6OwpQOw41O01lO6V1O74LO/N5O/p1PPp2PQpTPQ44PgpUPg46PwpWP9S6P9/QP/p7QDsJQEO9QPJvQQpZQQ4/QgpbQwBtQ4iGQ8gdQ/JzRBPeRNTCRfZjRvZlRxwJR7KtR7VXSKpuSLVZSZrGSbVaSjoDSvJVSzoES5rKS7VeS+YGS+c5TBbqTLVfTStjTaNOTec8TitlTobMTuc+TxEyTzoLT4bOT8ghT+YMUBE0UCtoUDoMUIbPUKNSUT4uUaNUUacDUdI9UxE5U4bUVBE6VEvAVIbWVItvVJdhVNJCVNO+VdPAVhE9Vi0/VzR2V5AXV9H0V9PDV+dEWEMsWEuUWE6+WJAYWJ23WOdGWjR7WkveWpAcWxKfW31fW5AdXH1hXXqQXX1jXdLdXkIkXpAiXpAmXtLfXz4cX0IlYNU5YRgsYUndYj4gYj+jYkneYnmnYqg7Y3moZHmqZKBJZRO4ZRgzZR4XZSbOZhO5ZxO7Z07WaB4baIkAaRO+aR4daY0FahPAbB4ibRdXbUmNbXjPbcOGbkzMbxbMbzgRcDgTcNRrcRbQcRdeckzScsYNczgXc2PCdDgZdMORdMYQdOogdTgadcYSdhbXdwqjd2Iwd5L3eZCceoZ2epCdez6Be7AOfN2wfTMNfZm3fblBfd2yfeurfjMOfpCjfrQ5frlCf7lEf921gLQ8gVJpgX4HgrRAg/VFhOTAhVo9hqoxhrZxh1pAh2NLiASniTboijbpio2nipg1ixzDizbrjRNEjjbwjxNHjzbxkLt7kQGmkTTOkav2kbt8khNMknYQkw2Qk+6wlBs/lFTNlJw6lLuBlMgAlO6xlg2VljEclnYWl3YXl8gFmNl3mXYbmk6tmzcDm06vm1+hm4U0m4nLnAPunIU1nU6ynYa+nk2KnmgNn0bcn1zVn2gPn/aioGgRoG2IoILZoIZLoQZmogZooobGo1wZo4kIo4zMo8AapL46plXDplwdpozRp40nqCgsqFXGqI0oqY0qqbbsqo0rqqAWqrbtq40trBR8rKxfrRR9rRp/rXpBrY0wrcYRrdDGro0yrxSBr/ESsBSCsMYVscYXseFusfRssh0OskylsrvAssYYstdys3Ods405s8sZtI07tJFxtMYctgY1ti/otnOiuBM5uBl0uLKBubA9ujCUuk26uvt1uwrQuxM+uzCVu3aju7BAu8wVvLBCvLQtvMJZvNcYvQZAvrQwvvDSvzCcvzOcv3uav+D2v/t8wDOdwIRPwMrhwN5awOlCwPDWwY4kwfDXwjOgwsrkwv21wzOiw2kdw3ugw/DaxCjpxDOjxPDcxUh3xaX1xfDdxkh4xna0xnulxqX2xw91x+rUx+4Xx/DhyML6yMgNyOrVyO4ZyQ9cycgPyfWFyouay3YMy3a5y33ry+4dzH3szOHmzPWKzXYPzX3uzg9kznYQzo1gzqyVzsBxzyt6z0oZz2enz33xz41h0Eob0HbA0H3z0IyI0I1j0I/70KyY0MQ90X300cB20cQ/0ciK0jnj0koe0lTX04//1ydC1/YY2IM72cRM2i8c2sRN28RP2+5D3FGu3MRQ3ap93fRX3o4h3pLo3sRT3vVk3ySZ344i38RV4AsB4HJk4LzJ4STV4fRd4iTX4ioj4nJn4qDq4vRf5Iqu5LzP5Q6e5Soo5XJs5Xjo5Yqw5bzR5iTd5iop5sRb5tGD5xmA5yor6Gi16Hjt6Iq16P+H6Yq26fVp6rSg6r+d6x5D7AXh7EtD7M/n7UtF7fQq7iCT7vVx7/Qt7/Vz8B5L8PV08Pvd8R5N8SCX8fQw8h5O8iCZ8iNY8tRP8yCb80ES82Qz89Pq9B5S9MQj9R5T9USr9cQk9iNe9kQg9lbO9yNg9y0C90Sy91bP96fo98Qo99M6+MVT+Mvb+SNj+UQk+VbS+kiS+sVW+7aH/FbX/KFM/LaI/MHD/TKT/T3j/aFN/fV2/qFP/3sL',
  },
  esol: {
    hash: 'd292a32cabd369ab',
    molecules: 902,
    usual: 31,
    most: 55,
    charges: [0],
    heldOut: { molecules: 226, rmse: 0.5641 },
    known: { molecules: 209, rmse: 0.5409 },
    unknown: { molecules: 17, rmse: 0.7966 },
    environments:
      'AJ5YAXXaAXsPA3XeA5JqBHXfBPXrBZm5BZ5gCHXlCSA3CecAC1WvC735DVlLDXOnE7U1E9IeFPVvFYj9FnrhF4kAF/V0F/uNGIkCGJgBGKeyGPuOGWCBGae0GkcLGp25G8Y4HIkIHUh1Hkh2Hqe8HwGbH6e9ICjAIDpUID9fIEh5IITBISjCIUh7IWurIZo2IafBIe9ZIjpXIkh8IqfCIt2+Iu9bIzpYI0cZI6fEJI+AJJP5JO9eJSjIJWpmJd1xJpP8JzpfKGprKM/ELIoiLWDuLZN+LiuFLpOAMJODMiuLMp/aMuF1MyuNNCBUNOjhNSuQNanNNo3XOKVwOPN0OejoOfN1Og40Oo3dOqVzOwpQO01lO6V1O74LO/N5O/p1PQ44PZv7Pg46Pp+hP9S6QgpbQwBtQ/JzRBPeRNTCRfZjRvZlR7VXSKpuSLVZS7VeS+YGS+c5TBbqTLVfTaNOTuc+T4bOT8ghT+YMUBE0UCtoUIbPUKNSUxE5U4bUVBE6VEvAVIbWVNO+VdPAVhE9VzR2V9H0V9PDV+dEWJ23WOdGWjR7WpAcWxKfW31fXX1jXkIkYRgsYUndYj4gYj+jYkneYnmnZRgzZR4XZhO5Z07WaB4baR4dahPAbB4ibcOGbzgRcRdeckzScsYNdMORdMYQdcYSdwqjeZCceeSve7AOfN2wfbASfblBfjMOfpCjf7lEgLAWgrRAhOTAiTboijbpio2nizbrjRNEjhNFjzbxkhNMknYQk+6wljEclnYWl3YXmXYbmk6tmwT4m06vnIU1ogZool4Io4zMpozRp40nqFXGqI0oqY0qqbbsqo0rqrbtq40trRR9rRp/rXpBrY0wrdDGro0yscYXsfRss405s8sZtI07tJFxtMYcuBM5uLKBubA9ujCUuzCVu7BAvLBCvvDSv/DUwPDWw2kdw3ugxHuixI4pxPDcxUh3xY4rxfDdxna0xnulx+rUx/DhyfWFy3YMy3a5zH3szXYPzX3uzg9kznYQzqyVzsBxzyt60Eob0H3z0I/70KyY0X302IM72cRM2sRN28RP2+5D3MRQ3ap93fRX3o4h3sRT4HJk4STV4fRd4iTX4nJn4vRf5LzP5Soo5yor6P+H6Yq27EtD7M/n7UtF7fQq7h5I7vVx7/Qt7/Vz8R5N8SCX8h5O8iCZ8yCb80ES9B5S9R5T9iNe9kQg9pqx90Sy91bP98Qo99M6+SNj+UQk+VbS+sVW+7aH/FbX/JJf/KFM/LaI/MHD/T3j/aFN/3sL',
  },
};
