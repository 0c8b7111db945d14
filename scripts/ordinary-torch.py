"""Writes ordinary PyTorch files into a folder: tensors of every dtype and layout, modules, optimizers, checkpoints; old and new format.

    python scripts/ordinary-torch.py FOLDER
"""
import collections, os, pickle, sys, warnings
warnings.simplefilter('ignore')
import torch
import torch.nn as nn

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
written = failed = 0


def save(name, value):
    global written, failed
    for form, options in (('zip', {}), ('old', {'_use_new_zipfile_serialization': False}), ('p4', {'pickle_protocol': 4})):
        path = os.path.join(FOLDER, '%s-%s.pt' % (name, form))
        try:
            torch.save(value, path, **options)
            written += 1
        except Exception as error:
            failed += 1
            if os.path.exists(path):
                os.remove(path)
    for protocol in (2, 4, 5):
        try:
            data = pickle.dumps(value, protocol)
        except Exception:
            continue
        with open(os.path.join(FOLDER, '%s-pickle%d.pkl' % (name, protocol)), 'wb') as file:
            file.write(data)
        written += 1


for name in dir(torch):
    dtype = getattr(torch, name)
    if isinstance(dtype, torch.dtype):
        try:
            save('dtype-' + name, torch.zeros(3).to(dtype))
            save('just-dtype-' + name, {'dtype': dtype})
        except Exception:
            failed += 1
x = torch.arange(24.).reshape(2, 3, 4)
save('view', x[:, 1:, ::2])
save('transposed', x.permute(2, 0, 1))
save('grad', torch.ones(3, requires_grad=True))
save('scalar', torch.tensor(1.5))
save('empty', torch.empty(0, 3))
save('sparse', torch.eye(3).to_sparse())
save('csr', torch.eye(3).to_sparse_csr())
save('quantized', torch.quantize_per_tensor(torch.randn(4), 0.1, 0, torch.qint8))
save('channel', torch.quantize_per_channel(torch.randn(2, 4), torch.tensor([0.1, 0.2]), torch.tensor([0, 0]), 0, torch.qint8))
save('complex', torch.tensor([1 + 2j]))
save('parameter', nn.Parameter(torch.ones(2)))
save('shared', [x, x[0]])
save('storage', x.untyped_storage())
save('device', {'device': torch.device('cpu'), 'size': torch.Size([1, 2])})
save('meta', torch.empty(3, device='meta'))
save('rng', {'torch': torch.get_rng_state()})
save('generator', torch.Generator())
save('nested', torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]))

made = []
CASES = dict(
    Linear=(3, 2), Bilinear=(2, 3, 4), Conv1d=(2, 3, 3), Conv2d=(2, 3, 3), Conv3d=(1, 2, 3), ConvTranspose2d=(2, 3, 3),
    BatchNorm1d=(3,), BatchNorm2d=(3,), LayerNorm=(3,), GroupNorm=(1, 3), InstanceNorm2d=(3,), Embedding=(5, 3),
    EmbeddingBag=(5, 3), LSTM=(3, 4), GRU=(3, 4), RNN=(3, 4), LSTMCell=(3, 4), GRUCell=(3, 4), MultiheadAttention=(4, 2),
    TransformerEncoderLayer=(4, 2, 8), TransformerDecoderLayer=(4, 2, 8), Transformer=(4, 2, 1, 1, 8), Dropout=(0.5,),
    MaxPool2d=(2,), AvgPool2d=(2,), AdaptiveAvgPool2d=(1,), Flatten=(), ReLU=(), GELU=(), Softmax=(1,), PReLU=(),
    LeakyReLU=(), ELU=(), SELU=(), SiLU=(), Tanh=(), Sigmoid=(), Identity=(), Upsample=(), PixelShuffle=(2,), Unfold=(2,),
    CrossEntropyLoss=(), MSELoss=(), BCEWithLogitsLoss=(), CosineSimilarity=(), ZeroPad2d=(1,), ReflectionPad2d=(1,),
    ChannelShuffle=(2,), Softmax2d=(), LogSoftmax=(1,), Hardtanh=(), Threshold=(0.1, 20), LocalResponseNorm=(2,),
)
for name, args in CASES.items():
    if not hasattr(nn, name):
        continue
    module = getattr(nn, name)(*args)
    made.append(module)
    save('module-' + name, module)
    save('state-' + name, module.state_dict())
net = nn.Sequential(collections.OrderedDict(conv=nn.Conv2d(1, 4, 3), norm=nn.BatchNorm2d(4), act=nn.ReLU(), flat=nn.Flatten(),
                                            out=nn.Linear(4, 2)))
save('sequential', net)
save('modulelist', nn.ModuleList([nn.Linear(2, 2)] * 3))
save('moduledict', nn.ModuleDict({'a': nn.Linear(2, 2)}))
save('parameterlist', nn.ParameterList([torch.ones(2)]))
save('weight-norm', nn.utils.weight_norm(nn.Linear(2, 2)))
save('parametrized', nn.utils.parametrizations.orthogonal(nn.Linear(2, 2)).state_dict())
for name in ('SGD', 'Adam', 'AdamW', 'Adagrad', 'Adadelta', 'RMSprop', 'Adamax', 'NAdam', 'RAdam', 'ASGD', 'Rprop', 'LBFGS'):
    layer = nn.Linear(3, 2)
    optimizer = getattr(torch.optim, name)(layer.parameters(), lr=0.01)
    layer(torch.ones(4, 3)).sum().backward()
    if name != 'LBFGS':
        optimizer.step()
    save('optimizer-' + name, optimizer.state_dict())
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    save('checkpoint-' + name, {'epoch': 3, 'model': layer.state_dict(), 'optimizer': optimizer.state_dict(),
                                'schedule': schedule.state_dict(), 'loss': 0.25, 'rng': torch.get_rng_state(), 'args': {'lr': 0.01}})
for name in ('StepLR', 'ExponentialLR', 'CosineAnnealingLR', 'ReduceLROnPlateau', 'OneCycleLR', 'CyclicLR', 'MultiStepLR', 'LinearLR',
             'PolynomialLR', 'ConstantLR', 'CosineAnnealingWarmRestarts'):
    args = {'StepLR': (10,), 'ExponentialLR': (0.9,), 'CosineAnnealingLR': (10,), 'ReduceLROnPlateau': (), 'OneCycleLR': (0.1, 100),
            'CyclicLR': (0.001, 0.1), 'MultiStepLR': ([3, 6],), 'LinearLR': (), 'PolynomialLR': (), 'ConstantLR': (),
            'CosineAnnealingWarmRestarts': (10,)}[name]
    schedule = getattr(torch.optim.lr_scheduler, name)(torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1, momentum=0.9), *args)
    save('scheduler-' + name, schedule.state_dict())
print('%d files, %d could not be saved' % (written, failed))
